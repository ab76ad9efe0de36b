interface FileFrameProps {
  /** Names the frame for screen readers. */
  readonly title: string;
  /** The address of a PDF in memory. */
  readonly url: string;
}

/** A PDF as the browser shows it, as wide as its place and as high as a page. */
export function FileFrame({ title, url }: FileFrameProps) {
  return <iframe title={title} src={url} className="h-document w-full rounded-card border border-border bg-surface" />;
}
