export const clientLoader = ({ params }) => ({ id: params.id });
export default function I({ loaderData }) { return <h1>RR7-DYN-{loaderData.id}</h1>; }
