import { useEffect, useState } from "react";
import { Middle } from "../../app/Middle.tsx";
import { Bar } from "../Bar.tsx";
import type { Shown } from "../Shown.ts";
import { Unshown } from "../Unshown.tsx";
import classes from "../Viewer.module.css";
import { NotLoaded, Pdf } from "./Pdf.ts";
import { PdfDocument } from "./PdfDocument.tsx";

/** A PDF, once it has been opened. */
export function PdfViewer({ shown }: { shown: Shown }) {
  const [pdf, setPdf] = useState<Pdf>();
  const [problem, setProblem] = useState<Error>();
  const [tries, setTries] = useState(0);
  const { bytes } = shown;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another try is another reason to open it
  useEffect(() => {
    const cancel = new AbortController();
    let opened: Pdf | undefined;
    Pdf.open(bytes, cancel.signal).then(
      (made) => {
        opened = made;
        if (cancel.signal.aborted) made.close();
        else setPdf(made);
      },
      (error: Error) => cancel.signal.aborted || setProblem(error),
    );
    return () => {
      cancel.abort();
      opened?.close();
    };
  }, [bytes, tries]);

  const again = () => {
    setProblem(undefined);
    setTries(tries + 1);
  };

  if (pdf) return <PdfDocument pdf={pdf} shown={shown} />;
  return (
    <div className={classes.viewer}>
      <Bar shown={shown} />
      {problem === undefined ? (
        <Middle>
          <p className={classes.soft} role="status">
            Opening the PDF…
          </p>
        </Middle>
      ) : (
        <Unshown shown={shown} why={problem.message} again={problem instanceof NotLoaded ? again : undefined} />
      )}
    </div>
  );
}
