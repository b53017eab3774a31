export { Auth } from "./Auth.js";
