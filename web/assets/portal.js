// Copying, printing, reading files, and a question before what was typed is lost.
// Without a script there is no button that does nothing, and its words stand on the page once.
if (copied?.dataset.said) for (const field of document.querySelectorAll(".copy > input")) {
  const what = field.labels[0].textContent, button = document.createElement("button"), name = document.createElement("span");
  name.className = "vh";
  name.textContent = ` ${what}`;
  button.type = "button";
  button.className = "btn quiet";
  button.append(copied.dataset.word, name);
  field.after(button);
  copying(button, field, copied.dataset.said.replace("{}", () => what));
}
// What is shown once goes to paper.
for (const button of document.querySelectorAll("[data-print]")) { button.hidden = false; button.addEventListener("click", () => print()); }
// A file is read into the field that it would be pasted into, and shows there before it is sent; only that field is sent then.
for (const place of document.querySelectorAll("[data-file]")) {
  const input = place.querySelector("input");
  input.removeAttribute("name");
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (file) document.getElementById(place.dataset.file).value = await file.text();
  });
}
// What was typed and not sent yet: the browser asks before it leaves the page (ADM-7).
let typed = false;
document.addEventListener("input", (e) => { typed ||= e.target.form?.method === "post"; });
document.addEventListener("submit", () => { typed = false; });
addEventListener("beforeunload", (e) => { if (typed) e.preventDefault(); });
