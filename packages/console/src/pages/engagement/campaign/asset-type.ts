/** Returns the type of the asset that a file becomes, by its media type. */
export function findAssetType({ type }: { readonly type: string }): "IMAGE" | "VIDEO" | "AUDIO" | "DOCUMENT" {
  const [family] = type.split("/");
  if (family === "image") return "IMAGE";
  if (family === "video") return "VIDEO";
  return family === "audio" ? "AUDIO" : "DOCUMENT";
}
