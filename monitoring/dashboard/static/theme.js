// Runs before the page is painted, so that the chosen theme does not flash in late.
{
  let theme = "";
  try { theme = localStorage.getItem("theme") || ""; } catch { /* storage is off: the system's theme */ }
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
}
