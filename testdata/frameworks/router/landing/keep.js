document.querySelector("form").onsubmit = async (event) => {
  event.preventDefault();
  const body = JSON.stringify({ text: new FormData(event.target).get("text") });
  const response = await fetch("/api/notes", { method: "POST", headers: { "content-type": "application/json" }, body });
  document.querySelector("output").textContent = `${response.status} KEPT ${(await response.json()).kept}`;
};
document.documentElement.dataset.ready = "1";
