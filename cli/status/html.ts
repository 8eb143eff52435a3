const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** A large number with its title, in a list of them. */
export function sum(title: string, value: string, isBad = false): string {
  return `<li${isBad ? ' class="bad"' : ''}><b>${escapeHtml(value)}</b><span class="soft">${escapeHtml(title)}</span></li>`;
}
