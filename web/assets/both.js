// Enhancement only: every page works without scripts. This part is in that of the sign-in pages and in that of the portal's, before their own.
for (const f of document.querySelectorAll("form[data-once]")) {
  f.addEventListener("submit", (e) => {
    if (f.getAttribute("aria-busy") === "true") { e.preventDefault(); return; }
    f.setAttribute("aria-busy", "true");
    setTimeout(() => f.removeAttribute("aria-busy"), 8000);
  });
}
addEventListener("pageshow", (e) => { if (e.persisted) document.querySelectorAll("form[aria-busy]").forEach((f) => f.removeAttribute("aria-busy")); });
const copied = document.getElementById("copied");
const copying = (button, field, said) => {
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (field.select) field.select(); else getSelection().selectAllChildren(field);
    await navigator.clipboard.writeText(field.value ?? field.innerText);
    copied.textContent = said;
    button.dataset.done = "";
    setTimeout(() => { delete button.dataset.done; }, 2000);
  });
};
for (const button of document.querySelectorAll("button[data-copy]")) copying(button, document.getElementById(button.dataset.copy), button.dataset.said);
