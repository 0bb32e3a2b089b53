import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import classes from "./QrCode.module.css";
import { saveAs } from "./saveAs.ts";

const quietModules = 4; // white around it, as readers ask for
const ink = "#14211b";
const wantedPixels = 1_024; // a side of the picture, at least

interface Code {
  readonly path: string;
  /** Modules of a side. */
  readonly size: number;
}

interface Props {
  text: string;
  /** What it is the code of, for who cannot see it. */
  label: string;
  /** Of the picture, without its ending. */
  filename: string;
}

/** The text as a QR code, dark on light in both themes, because that is what cameras read; to show, or to take along as a picture. */
export function QrCode({ text, label, filename }: Props) {
  const [code, setCode] = useState<Code>();

  useEffect(() => {
    let current = true;
    void import("qrcode").then(({ create }) => {
      const { data, size } = create(text, { errorCorrectionLevel: "M" }).modules;
      let path = "";
      for (let at = 0; at < size * size; at++) if (data[at]) path += `M${at % size} ${Math.floor(at / size)}h1v1h-1z`;
      if (current) setCode({ path, size });
    });
    return () => {
      current = false;
    };
  }, [text]);

  if (!code) return <div className={classes.code} />;
  const side = code.size + 2 * quietModules;
  return (
    <>
      <svg
        className={classes.code}
        viewBox={`${-quietModules} ${-quietModules} ${side} ${side}`}
        role="img"
        aria-label={label}
      >
        <path d={code.path} fill={ink} shapeRendering="crispEdges" />
      </svg>
      <Button
        className={classes.save ?? ""}
        size="compact-xs"
        variant="subtle"
        leftSection={<IconDownload size={14} />}
        onClick={() => void picture(code).then((png) => png && saveAs(`${filename}.png`, png))}
      >
        Save as a picture
      </Button>
    </>
  );
}

/** The code in whole pixels to each module, so that it stays sharp. */
async function picture({ path, size }: Code): Promise<Blob | null> {
  const side = size + 2 * quietModules;
  const scale = Math.ceil(wantedPixels / side);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side * scale;
  const pen = canvas.getContext("2d")!;
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.scale(scale, scale);
  pen.translate(quietModules, quietModules);
  pen.fillStyle = ink;
  pen.fill(new Path2D(path));
  return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}
