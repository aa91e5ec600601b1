// Without this the page lacks nothing but its copy buttons.
for (const button of document.querySelectorAll(".snippet button")) {
  const code = button.parentElement.querySelector("code");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent + "\n");
      button.textContent = "Copied";
    } catch {
      // A page opened from a file may not write to the clipboard: select it instead.
      getSelection().selectAllChildren(code);
      button.textContent = "Selected";
    }
    document.getElementById("said").textContent = button.textContent;
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
}
