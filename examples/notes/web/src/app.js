const api = "%API_URL%";
const $ = (selector) => document.querySelector(selector);
let token = sessionStorage.getItem("token");

async function call(method, path, body) {
  const response = await fetch(api + path, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const result = response.status === 204 ? undefined : await response.json();
  if (!response.ok) throw new Error(result.error);
  return result;
}

/** Runs an action, and shows what went wrong. */
async function attempt(action) {
  $("#problem").textContent = "";
  try {
    await action();
  } catch (error) {
    $("#problem").textContent = error.message;
  }
}

function element(name, text, ...children) {
  const e = document.createElement(name);
  if (text) e.textContent = text;
  e.append(...children);
  return e;
}

function item(note) {
  const remove = element("button", "Delete");
  remove.onclick = () => attempt(async () => {
    await call("DELETE", `/notes/${note.note}`);
    await show();
  });
  return element("li", "", element("h2", note.title), element("p", note.text), remove);
}

async function show() {
  const notes = [];
  for (let after; ; ) {
    const page = await call("GET", "/notes" + (after ? `?after=${encodeURIComponent(after)}` : ""));
    notes.push(...page.notes);
    if (!(after = page.next)) break;
  }
  notes.sort((a, b) => b.changed.localeCompare(a.changed));
  $("#notes").replaceChildren(...notes.map(item));
  $("main").hidden = false;
}

$("#session").onsubmit = (event) => {
  event.preventDefault();
  token = new FormData(event.target).get("token");
  sessionStorage.setItem("token", token);
  attempt(show);
};

$("#draft").onsubmit = (event) => {
  event.preventDefault();
  const { title, text, remindAt } = Object.fromEntries(new FormData(event.target));
  attempt(async () => {
    await call("POST", "/notes", { title, text, ...(remindAt && { remindAt: new Date(remindAt).toISOString() }) });
    event.target.reset();
    await show();
  });
};

$("#export").onclick = () => attempt(() => call("POST", "/exports"));

if (token) attempt(show);
