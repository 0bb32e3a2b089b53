/** What was pasted: a link of this server or of another one, or a bare room id (then its password is asked at the door). */
export function recognise(
  text: string,
  here: string,
): { id: string; fragment: string } | { elsewhere: string } | undefined {
  const trimmed = text.trim();
  if (/^[0-9a-z]{26}$/i.test(trimmed)) return { id: trimmed.toLowerCase(), fragment: "" };
  const url = URL.canParse(trimmed) ? new URL(trimmed) : undefined;
  const path = url && /^(.*)\/r\/([^/]+)\/?$/.exec(url.pathname);
  if (!url || !path || !/^https?:$/.test(url.protocol)) return undefined;
  if (`${url.origin}${path[1]}` !== here) return { elsewhere: url.href };
  return { id: path[2]!, fragment: url.hash.slice(1) };
}
