// Every page works without this file; it adds copying, reading files, and a question before what was typed is lost.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    if (field.select) field.select(); else getSelection().selectAllChildren(field);
    await navigator.clipboard.writeText(field.value ?? field.innerText);
    document.getElementById("copied").textContent = button.dataset.said;
    button.dataset.done = "";
    setTimeout(() => { delete button.dataset.done; }, 2000);
  });
}
// What is shown once goes to paper.
for (const button of document.querySelectorAll("[data-print]")) { button.hidden = false; button.addEventListener("click", () => print()); }
// A file is read into the field that it would be pasted into; nothing of it is sent before the form is.
for (const place of document.querySelectorAll("[data-file]")) {
  place.hidden = false;
  place.querySelector("input").addEventListener("change", async (e) => {
    const [file] = e.target.files;
    if (file) document.getElementById(place.dataset.file).value = await file.text();
  });
}
// What was typed and not sent yet: the browser asks before it leaves the page (ADM-7).
let typed = false;
document.addEventListener("input", (e) => { typed ||= e.target.form?.method === "post"; });
document.addEventListener("submit", () => { typed = false; });
addEventListener("beforeunload", (e) => { if (typed) e.preventDefault(); });
