// Short polling of a region that is still changing; without this the reader reloads.
const poll = async (region) => {
  try {
    const answer = await fetch(location.href, { headers: { "X-Poll": "1" }, signal: AbortSignal.timeout(10000) });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(region.id);
      if (fresh && !fresh.dataset.poll) { location.reload(); return; }
      if (fresh) region.innerHTML = fresh.innerHTML;
    }
  } catch { /* The line is down; the next look may work. */ }
  setTimeout(poll, Number(region.dataset.poll), region);
};
for (const region of document.querySelectorAll("[data-poll]")) setTimeout(poll, Number(region.dataset.poll), region);
