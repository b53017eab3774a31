'use client';
export default function Bucket(){return <p>{process.env.NEXT_PUBLIC_BUCKET}</p>}
