export default "<h1>VITE-ABOUT</h1>";
