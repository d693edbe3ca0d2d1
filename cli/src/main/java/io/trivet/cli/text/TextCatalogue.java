package io.trivet.cli.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sentences and their translations, from a resource beside this class: an English line, as in the
 * code, and below it the line in the other language. Blank lines and lines that begin with {@code
 * #} are ignored. A sentence without translation stays English; a test checks that none is missing.
 */
public final class TextCatalogue {
    private static final Pattern PLACE = Pattern.compile("\\{(\\d)}");

    private final Map<String, String> translations;

    private TextCatalogue(Map<String, String> translations) {
        this.translations = translations;
    }

    /** Reads a resource of the program. */
    public static TextCatalogue read(String resource) {
        try (InputStream stream = Objects.requireNonNull(TextCatalogue.class.getResourceAsStream(resource), resource);
                BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            return of(lines.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }

    /**
     * Parses pairs of lines; throws {@link IllegalArgumentException} for a line without its pair,
     * or a duplicate.
     */
    static TextCatalogue of(List<String> lines) {
        Map<String, String> translations = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i += 2) {
            if (i + 1 == lines.size() || translations.put(lines.get(i), lines.get(i + 1)) != null) {
                throw new IllegalArgumentException("alone, or there twice: " + lines.get(i));
            }
        }
        return new TextCatalogue(translations);
    }

    /** By English sentence, in the order of the file. */
    public Map<String, String> translations() {
        return translations;
    }

    /** The translation; the sentence itself if there is none. */
    String translation(String english) {
        return translations.getOrDefault(english, english);
    }

    /**
     * Translates a sentence whose places are filled already; empty if none matches. {@code part}
     * translates what fills them.
     */
    Optional<String> matched(String filled, UnaryOperator<String> part) {
        for (Map.Entry<String, String> sentence : translations.entrySet()) {
            Matcher matcher = pattern(sentence.getKey()).matcher(filled);
            if (matcher.matches()) {
                return Optional.of(PLACE.matcher(sentence.getValue())
                        .replaceAll(
                                place -> Matcher.quoteReplacement(part.apply(matcher.group("p" + place.group(1))))));
            }
        }
        return Optional.empty();
    }

    /** {@code by {0} of {1}} as a pattern. */
    private static Pattern pattern(String sentence) {
        List<String> literals = new ArrayList<>();
        Matcher place = PLACE.matcher(sentence);
        int end = 0;
        while (place.find()) {
            literals.add(Pattern.quote(sentence.substring(end, place.start())));
            literals.add("(?<p" + place.group(1) + ">.+?)");
            end = place.end();
        }
        literals.add(Pattern.quote(sentence.substring(end)));
        return Pattern.compile(String.join("", literals), Pattern.DOTALL);
    }
}
