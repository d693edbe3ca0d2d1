import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Draws what a terminal shows as an SVG picture for the documents: text with colours on standard
 * input, the picture on standard output.
 *
 * <pre>
 *   tmux capture-pane -e -p | java docs/pictures/TerminalPicture.java "title" > docs/pictures/save.svg
 * </pre>
 *
 * Each run of one colour is stretched to its columns, so that columns line up whatever monospaced
 * font the reader has.
 */
public final class TerminalPicture {
    private static final double COLUMN = 8.0;
    private static final int LINE = 19;
    private static final int MARGIN = 16;
    private static final int BAR = 34;
    private static final String PAPER = "#1e2227";
    private static final String INK = "#d5d9de";
    private static final String FAINT = "#8a929c";
    private static final String[] COLOURS = {
        "#5c6370", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", INK
    };
    private static final Pattern ESCAPE = Pattern.compile("\u001b\\[([0-9;]*)([A-Za-z])");

    private boolean bold;
    private boolean faint;
    private String colour = INK;

    private record Run(int column, String text, String style) {}

    public static void main(String[] arguments) throws IOException {
        List<String> lines = new ArrayList<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            in.lines().forEach(lines::add);
        }
        while (!lines.isEmpty() && lines.getLast().isBlank()) {
            lines.removeLast();
        }
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        new TerminalPicture().draw(arguments.length > 0 ? arguments[0] : "", lines, out);
        out.flush();
    }

    private void draw(String title, List<String> lines, PrintStream out) {
        List<List<Run>> rows = lines.stream().map(this::runs).toList();
        int columns = Math.max(60, rows.stream().mapToInt(TerminalPicture::width).max().orElse(0));
        int width = (int) (columns * COLUMN) + 2 * MARGIN;
        int height = BAR + lines.size() * LINE + MARGIN;
        out.printf(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" role=\"img\" aria-label=\"%s\">%n",
                width, height, width, escaped(title));
        out.printf("<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"%s\"/>%n", width, height, PAPER);
        for (int light = 0; light < 3; light++) {
            out.printf("<circle cx=\"%d\" cy=\"16\" r=\"5\" fill=\"#4b525c\"/>%n", MARGIN + 5 + light * 16);
        }
        out.printf("<g font-family=\"'DejaVu Sans Mono','Noto Sans Mono CJK SC',Menlo,Consolas,monospace\" font-size=\"13\" fill=\"%s\">%n", INK);
        for (int row = 0; row < rows.size(); row++) {
            for (Run run : rows.get(row)) {
                int cells = width(run.text);
                out.printf(
                        "<text xml:space=\"preserve\" x=\"%.1f\" y=\"%d\" textLength=\"%.1f\"%s>%s</text>%n",
                        MARGIN + run.column * COLUMN, BAR + 14 + row * LINE, cells * COLUMN, run.style, escaped(run.text));
            }
        }
        out.println("</g>\n</svg>");
    }

    /** A line as pieces of one style each, without the blanks at their ends. */
    private List<Run> runs(String line) {
        List<Run> runs = new ArrayList<>();
        Matcher escape = ESCAPE.matcher(line);
        int from = 0;
        int column = 0;
        while (true) {
            boolean found = escape.find();
            String text = line.substring(from, found ? escape.start() : line.length());
            String shown = text.stripTrailing();
            int indent = shown.length() - shown.stripLeading().length();
            if (!shown.isBlank()) {
                runs.add(new Run(column + indent, shown.stripLeading(), style()));
            }
            column += width(text);
            if (!found) {
                return runs;
            }
            if (escape.group(2).equals("m")) {
                change(escape.group(1));
            }
            from = escape.end();
        }
    }

    private void change(String codes) {
        for (String code : codes.isEmpty() ? new String[] {"0"} : codes.split(";")) {
            int number = code.isEmpty() ? 0 : Integer.parseInt(code);
            switch (number) {
                case 0 -> {
                    bold = false;
                    faint = false;
                    colour = INK;
                }
                case 1 -> bold = true;
                case 2 -> faint = true;
                case 22 -> {
                    bold = false;
                    faint = false;
                }
                case 39 -> colour = INK;
                default -> {
                    if (number >= 30 && number < 38) {
                        colour = COLOURS[number - 30];
                    } else if (number >= 90 && number < 98) {
                        colour = COLOURS[number - 90];
                    }
                }
            }
        }
    }

    private String style() {
        String fill = faint ? FAINT : colour;
        return (fill.equals(INK) ? "" : " fill=\"" + fill + "\"") + (bold ? " font-weight=\"bold\"" : "");
    }

    private static int width(List<Run> row) {
        return row.isEmpty() ? 0 : row.getLast().column + width(row.getLast().text);
    }

    /** In columns: ideographs and full-width forms take two. */
    private static int width(String text) {
        return text.codePoints()
                .map(point -> point >= 0x1100 && (point <= 0x115f || point >= 0x2e80 && point <= 0xd7a3 || point >= 0xf900 && point <= 0xfaff
                        || point >= 0xfe30 && point <= 0xfe6f || point >= 0xff00 && point <= 0xff60 || point >= 0x20000)
                        ? 2
                        : 1)
                .sum();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
