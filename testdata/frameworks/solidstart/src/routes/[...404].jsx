import { HttpStatusCode } from '@solidjs/start';
export default function N(){return <><HttpStatusCode code={404}/><h1>SOLID-404</h1></>}
