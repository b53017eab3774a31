import { index, route } from "@react-router/dev/routes";

export default [
  index("routes/home.jsx"),
  ...["about", "form"].map((path) => route(path, `routes/${path}.jsx`)),
  route("dyn/:id", "routes/dyn.jsx"),
];
