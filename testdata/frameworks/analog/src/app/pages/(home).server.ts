export const load = async () => ({ text: "from-load" });
