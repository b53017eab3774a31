export const revalidate=1;
export default function P(){return <h1>NEXT-SOON</h1>}
