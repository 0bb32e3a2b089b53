import classes from "./Wordmark.module.css";

export function Wordmark({ size = 28 }: { size?: number }) {
  return (
    <span className={classes.mark} style={{ fontSize: size }}>
      <img src="./mark.svg" alt="" width={size} height={size} />
      Coterie
    </span>
  );
}
