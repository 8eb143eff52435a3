/** A text without the characters of a set at both ends. */
export function trimCharacters(text: string, characters: string): string {
  let begin = 0;
  let end = text.length;
  while (begin < end && characters.includes(text[begin] as string)) begin++;
  while (end > begin && characters.includes(text[end - 1] as string)) end--;
  return begin === 0 && end === text.length ? text : text.slice(begin, end);
}
