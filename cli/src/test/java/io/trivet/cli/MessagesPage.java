package io.trivet.cli;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Generates {@code docs/reference/messages.md} and {@code records.md}, the formats on the wire and
 * on disk, field by field, from a {@code .proto} file with its comments. Supports only what these
 * files use: messages and enums, also nested, and {@code oneof}.
 */
final class MessagesPage {
    private static final Pattern BEGIN = Pattern.compile("(message|enum|oneof) (\\w+) \\{(}?)");
    private static final Pattern FIELD =
            Pattern.compile("((?:repeated |optional )?)([\\w.]+) (\\w+) = (\\d+)(?: \\[packed = true])?;.*");
    private static final Pattern CONSTANT = Pattern.compile("(\\w+) = (\\d+);.*");
    private static final Pattern RESERVED = Pattern.compile("(reserved|import|option|syntax|package) .*");

    private final StringBuilder page = new StringBuilder();
    private final Deque<Block> open = new ArrayDeque<>();
    private final List<Block> done = new ArrayList<>();
    private final List<String> comment = new ArrayList<>();

    /** A message that is being parsed. */
    private record Block(String kind, String name, String meaning, List<String> rows) {}

    private MessagesPage() {}

    /** {@code file}: how a reader of the page gets to the source. */
    static String text(String title, String introduction, String file, List<String> lines) {
        MessagesPage made = new MessagesPage();
        made.page
                .append("# ")
                .append(title)
                .append(
                        "\n\n<!-- Made from the .proto file; a test fails when it is stale, and writes it anew with -Dtrivet.pages=write. -->\n\n")
                .append(introduction.strip())
                .append(" The source is [`")
                .append(file.substring(file.lastIndexOf('/') + 1))
                .append("`](")
                .append(file)
                .append(").\n");
        lines.stream().map(String::strip).forEach(made::read);
        if (!made.open.isEmpty()) {
            throw new IllegalArgumentException("not closed: " + made.open);
        }
        made.done.forEach(made::write);
        return made.page.toString();
    }

    private void read(String line) {
        Matcher begin = BEGIN.matcher(line);
        Matcher field = FIELD.matcher(line);
        Matcher constant = CONSTANT.matcher(line);
        if (line.startsWith("//")) {
            comment.add(line.substring(2).strip());
            return;
        }
        if (begin.matches()) {
            begin(begin.group(1), begin.group(2));
            if (!begin.group(3).isEmpty()) {
                open.pop();
            }
        } else if (line.equals("}")) {
            open.pop();
        } else if (RESERVED.matcher(line).matches() || line.isEmpty()) {
            // Says nothing of a message.
        } else if (field.matches()) {
            row(field.group(4), field.group(3), field.group(1) + field.group(2));
        } else if (constant.matches()) {
            row(constant.group(2), constant.group(1), "");
        } else {
            throw new IllegalArgumentException("not understood: " + line);
        }
        comment.clear();
    }

    /** A oneof is no message: its fields are those of the message around it, of which one is there. */
    private void begin(String kind, String name) {
        if (kind.equals("oneof")) {
            open.push(new Block(kind, name, "", open.element().rows()));
            return;
        }
        String around = open.isEmpty() ? "" : open.element().name() + ".";
        Block block = new Block(kind, around + name, String.join(" ", comment), new ArrayList<>());
        open.push(block);
        done.add(block);
    }

    private void row(String number, String name, String type) {
        Block block = open.element();
        String which = block.kind().equals("oneof") ? "one of " + block.name() + ": " : "";
        block.rows()
                .add("| " + number + " | `" + name + "` | "
                        + (type.isEmpty() ? "" : which + "`" + type + "`") + " | "
                        + String.join(" ", comment).replace("|", "\\|") + " |");
    }

    private void write(Block block) {
        page.append("\n## ").append(block.name()).append("\n\n");
        if (!block.meaning().isEmpty()) {
            page.append(block.meaning()).append("\n\n");
        }
        if (block.rows().isEmpty()) {
            page.append("Without fields.\n");
            return;
        }
        page.append("| number | name | type | |\n|---|---|---|---|\n");
        block.rows().forEach(row -> page.append(row).append('\n'));
    }
}
