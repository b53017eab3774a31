import Link from 'next/link';
import Bucket from './bucket';
export default function P(){return <main><h1>NEXT-HOME</h1><Link href="/ssr">ssr</Link><Bucket/></main>}
