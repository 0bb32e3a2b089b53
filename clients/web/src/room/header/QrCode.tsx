import { useEffect, useState } from "react";
import classes from "./QrCode.module.css";

/** The text as a QR code, dark on light in both themes, because that is what cameras read. */
export function QrCode({ text }: { text: string }) {
  const [path, setPath] = useState<{ d: string; size: number }>();

  useEffect(() => {
    let current = true;
    void import("qrcode").then(({ create }) => {
      const { data, size } = create(text, { errorCorrectionLevel: "M" }).modules;
      let d = "";
      for (let at = 0; at < size * size; at++) if (data[at]) d += `M${at % size} ${Math.floor(at / size)}h1v1h-1z`;
      if (current) setPath({ d, size });
    });
    return () => {
      current = false;
    };
  }, [text]);

  if (!path) return <div className={classes.code} />;
  return (
    <svg
      className={classes.code}
      viewBox={`-2 -2 ${path.size + 4} ${path.size + 4}`}
      role="img"
      aria-label="QR code of the link"
    >
      <path d={path.d} fill="#14211b" shapeRendering="crispEdges" />
    </svg>
  );
}
