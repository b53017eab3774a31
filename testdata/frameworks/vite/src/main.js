import "../app.css";

const main = document.querySelector("main");
const pages = {
  "/": () => `<h1>VITE-HOME ${import.meta.env.VITE_BUCKET}</h1>`,
  "/form": () => `<h1>VITE-FORM</h1><form><input name="x"><button>go</button></form><output></output>`,
};

async function show() {
  const [, dir, rest] = location.pathname.split("/");
  if (dir === "about") main.innerHTML = (await import("./about.js")).default;
  else if (dir === "dyn") main.innerHTML = `<h1>VITE-DYN-${Number(rest)}</h1>`;
  else main.innerHTML = (pages[location.pathname] ?? (() => `<h1>VITE-404</h1>`))();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link) return;
  event.preventDefault();
  history.pushState(null, "", link.href);
  show();
});
document.addEventListener("submit", (event) => {
  event.preventDefault();
  document.querySelector("output").textContent = `SAVED ${new FormData(event.target).get("x")}`;
});
addEventListener("popstate", show);
await show();
document.documentElement.dataset.ready = "1";
