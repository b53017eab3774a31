export const entries = () => [{ id: "7" }, { id: "8" }];
export const load = ({ params }) => ({ id: params.id });
