import MarkdownIt from "markdown-it";

/** Renders Markdown for the text editor, with the rules of the API: no HTML, no pictures. It is loaded with the editor. */
const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false, maxNesting: 50 });
markdown.disable("image");

export const markdownToHtml = (text: string): string => markdown.render(text);
