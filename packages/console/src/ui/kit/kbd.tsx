/** A key or several at once, written as `⌘ K`. */
export function Kbd({ keys }: { readonly keys: string }) {
  return (
    <kbd className="inline-flex gap-1 font-sans text-meta text-text-muted">
      {keys.split(" ").map((key) => (
        <span key={key} className="inline-flex min-w-tag justify-center rounded-small border border-border bg-bg px-1">
          {key}
        </span>
      ))}
    </kbd>
  );
}
