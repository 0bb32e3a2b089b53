// Only browsers without ES modules run this file; they cannot run the rest.
document.addEventListener("DOMContentLoaded", () => {
  document.getElementById("root").textContent =
    "This browser is too old for Coterie. Please open the link in a current Firefox, Chrome, Edge or Safari.";
});
