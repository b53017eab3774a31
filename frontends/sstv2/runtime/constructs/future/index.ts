import { checked } from "../props.js";
import * as auth from "./Auth.js";

export const Auth = checked("future.Auth", auth.Auth);
