/* What the staff's pages do with JavaScript besides app.js. Without it everything works.

   button[data-reveals=id]   shows what is typed into that password; data-hide: its other word */
"use strict";
for (const button of document.querySelectorAll("button[data-reveals]")) {
  const input = document.getElementById(button.dataset.reveals);
  const show = button.textContent;
  button.hidden = !input;
  button.addEventListener("click", () => {
    const isHidden = input.type === "password";
    input.type = isHidden ? "text" : "password";
    button.textContent = isHidden ? button.dataset.hide : show;
  });
}
