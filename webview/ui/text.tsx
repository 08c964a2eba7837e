import { textPieces } from './visibleText.ts';

/** Text of telemetry: text nodes only, isolated from the direction around it, hidden characters made visible. */
export function Text({ text }: { text: string }) {
  const pieces = textPieces(text);
  return (
    <bdi>
      {pieces.map(piece =>
        piece.hidden ? (
          <span class="hidden-character" title="a character that is not seen">
            {piece.text}
          </span>
        ) : (
          piece.text
        ),
      )}
    </bdi>
  );
}
