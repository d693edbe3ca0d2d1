package io.trivet.cli.text;

import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A message for a person, in any {@link Language}. The code contains the English, which {@code
 * toString} returns. A {@link TextCatalogue} has the translation to another language.
 *
 * <p>A part of a text is another text, or any other value (a name, a number): that is the same in
 * all languages, and everything in it that would control a terminal is escaped.
 */
public sealed interface Text permits Json, Text.Count, Text.Joined, Text.Plain, Text.Row, Text.Sentence, Text.Told {
    String in(Language language);

    /**
     * A sentence, or a part of one that stands alone.
     *
     * @param english a literal, because a test looks for all of them and for their translations;
     *     {@code {0}}, {@code {1}} stand for the parts
     */
    static Text of(String english, Object... parts) {
        return new Sentence(english, List.of(parts));
    }

    /** {@code 1 chunk}, {@code 10 chunks}. In the catalogue as {@code {0} chunk}. */
    static Text count(long count, String noun) {
        return new Count(count, noun);
    }

    /** The same in every language; nothing in it is escaped. */
    static Text plain(String text) {
        return new Plain(text);
    }

    /** An English text of a node, the client or the system; translated if its sentence is known. */
    static Text told(String english) {
        return new Told(english);
    }

    /** A list: {@code n0, n1}. */
    static Text list(Collection<?> parts) {
        return new Joined(Language::comma, List.copyOf(parts));
    }

    /** A list of clauses: {@code missing chunk 3; bad chunk 4}. */
    static Text clauses(Collection<?> parts) {
        return new Joined(Language::semicolon, List.copyOf(parts));
    }

    /** Parts with nothing between them. */
    static Text joined(Object... parts) {
        return new Joined(_ -> "", List.of(parts));
    }

    /**
     * A row of cells, padded to columns of a terminal.
     *
     * @param pattern as for {@link String#format}: {@code %9s} right, {@code %-5s} left, {@code %s}
     *     not padded; blanks at the end of the row are omitted if the last cell is empty
     */
    static Text row(String pattern, Object... cells) {
        return new Row(pattern, List.of(cells));
    }

    private static String part(Object part, Language language) {
        return part instanceof Text text ? text.in(language) : VisibleText.of(part.toString());
    }

    /** See {@link Text#of}. */
    record Sentence(String english, List<Object> parts) implements Text {
        private static final Pattern PLACE = Pattern.compile("\\{(\\d)}");

        public Sentence {
            parts = List.copyOf(parts);
        }

        @Override
        public String in(Language language) {
            return filled(language.sentence(english), language);
        }

        private String filled(String sentence, Language language) {
            return parts.isEmpty()
                    ? sentence
                    : PLACE.matcher(sentence)
                            .replaceAll(place -> Matcher.quoteReplacement(
                                    part(parts.get(Integer.parseInt(place.group(1))), language)));
        }

        @Override
        public String toString() {
            return in(Language.ENGLISH);
        }
    }

    /** See {@link Text#count}. */
    record Count(long count, String noun) implements Text {
        @Override
        public String in(Language language) {
            return language == Language.ENGLISH
                    ? count + " " + (count == 1 ? noun : plural())
                    : language.sentence("{0} " + noun).replace("{0}", Long.toString(count));
        }

        private String plural() {
            return noun.endsWith("y") ? noun.substring(0, noun.length() - 1) + "ies" : noun + "s";
        }

        @Override
        public String toString() {
            return in(Language.ENGLISH);
        }
    }

    /** See {@link Text#plain}. */
    record Plain(String text) implements Text {
        @Override
        public String in(Language language) {
            return text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** See {@link Text#told}. */
    record Told(String english) implements Text {
        @Override
        public String in(Language language) {
            return VisibleText.of(language.told(english));
        }

        @Override
        public String toString() {
            return in(Language.ENGLISH);
        }
    }

    /** See {@link Text#list}. */
    record Joined(Function<Language, String> delimiter, List<Object> parts) implements Text {
        public Joined {
            parts = List.copyOf(parts);
        }

        @Override
        public String in(Language language) {
            return String.join(
                    delimiter.apply(language),
                    parts.stream().map(part -> part(part, language)).toList());
        }

        @Override
        public String toString() {
            return in(Language.ENGLISH);
        }
    }

    /** See {@link Text#row}. */
    record Row(String pattern, List<Object> cells) implements Text {
        private static final Pattern CELL = Pattern.compile("%(-?)(\\d*)s");

        public Row {
            cells = List.copyOf(cells);
        }

        @Override
        public String in(Language language) {
            Iterator<Object> each = cells.iterator();
            String row = CELL.matcher(pattern)
                    .replaceAll(cell -> Matcher.quoteReplacement(padded(part(each.next(), language), cell)));
            return part(cells.getLast(), language).isEmpty() ? row.stripTrailing() : row;
        }

        private static String padded(String text, MatchResult cell) {
            int width = cell.group(2).isEmpty() ? 0 : Integer.parseInt(cell.group(2));
            return cell.group(1).isEmpty() ? DisplayWidth.right(text, width) : DisplayWidth.left(text, width);
        }

        @Override
        public String toString() {
            return in(Language.ENGLISH);
        }
    }
}
