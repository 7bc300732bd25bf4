// The portal works without this file; it adds copying.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    await navigator.clipboard.writeText(field.value);
    document.getElementById("copied").textContent = button.dataset.said;
    button.dataset.done = "";
    setTimeout(() => { delete button.dataset.done; }, 2000);
  });
}
