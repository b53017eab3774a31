export default function P(){return <h1>NEXT-ABOUT</h1>}
