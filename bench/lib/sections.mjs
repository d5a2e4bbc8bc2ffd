/**
 * A Markdown text in which one section of the second level is replaced, or added at the end.
 * @param {string} text
 * @param {string} section with its heading
 */
export function withSection(text, section) {
  const [heading] = section.split('\n')
  const parts = text.trimEnd().split(/\n(?=## )/)
  const at = parts.findIndex((part) => part.split('\n')[0] === heading)
  const others = at === -1 ? parts : parts.toSpliced(at, 1)
  others.splice(at === -1 ? parts.length : at, 0, `${section}\n`)
  return `${others.map((part) => part.trimEnd()).join('\n\n')}\n`
}
