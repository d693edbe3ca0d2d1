package io.trivet.cli.text;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The language of messages and helps. JSON, logs and manual pages are always English; so are
 * numbers, sizes and times.
 */
public enum Language {
    ENGLISH("en", ", ", "; ", ": "),
    CHINESE("zh", "，", "；", "：");

    public static final String OPTION = "--lang";

    /** The user's locale; the launcher may set another one for the sake of file names. */
    public static final String LOCALE_PROPERTY = "trivet.locale";

    /** In the order of POSIX: the first that is not empty counts. */
    private static final List<String> VARIABLES = List.of("LC_ALL", "LC_MESSAGES", "LANG");

    /** Regions and the script where traditional Chinese is written. */
    private static final Set<String> TRADITIONAL = Set.of("TW", "HK", "MO", "HANT");

    private final String code;
    private final String comma;
    private final String semicolon;
    private final String colon;

    Language(String code, String comma, String semicolon, String colon) {
        this.code = code;
        this.comma = comma;
        this.semicolon = semicolon;
        this.colon = colon;
    }

    /** The language of a code after {@code --lang}. */
    static Optional<Language> named(String code) {
        return Arrays.stream(values())
                .filter(language -> language.code.equals(code))
                .findFirst();
    }

    /** The language that the environment requests. */
    public static Language ofEnvironment(Map<String, String> environment) {
        return VARIABLES.stream()
                .map(variable -> environment.getOrDefault(variable, ""))
                .filter(locale -> !locale.isEmpty())
                .findFirst()
                .map(Language::ofLocale)
                .orElse(ENGLISH);
    }

    /**
     * The language of a locale like {@code zh_CN.UTF-8}. Output is UTF-8, so a terminal with
     * another encoding gets English, which is ASCII.
     */
    public static Language ofLocale(String locale) {
        String[] parts = locale.replaceFirst("@.*", "").split("\\.", 2);
        List<String> words = List.of(parts[0].toUpperCase(Locale.ROOT).split("[_-]"));
        boolean readable = parts.length == 1 || parts[1].replace("-", "").equalsIgnoreCase("utf8");
        return words.getFirst().equals("ZH") && words.stream().noneMatch(TRADITIONAL::contains) && readable
                ? CHINESE
                : ENGLISH;
    }

    /**
     * The language of {@code --lang}, wherever it is. Read before everything else, because errors
     * must be reported in it.
     */
    public static Optional<Language> ofArguments(String... arguments) {
        List<String> words =
                Arrays.stream(arguments).takeWhile(word -> !word.equals("--")).toList();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals(OPTION) && i + 1 < words.size()) {
                return named(words.get(i + 1));
            }
            if (word.startsWith(OPTION + "=")) {
                return named(word.substring(OPTION.length() + 1));
            }
        }
        return Optional.empty();
    }

    String code() {
        return code;
    }

    String comma() {
        return comma;
    }

    String semicolon() {
        return semicolon;
    }

    /** Translates a sentence of a command. */
    String sentence(String english) {
        return this == ENGLISH ? english : Chinese.SENTENCES.translation(english);
    }

    /** Translates a line of a help. */
    public String help(String english) {
        return this == ENGLISH ? english : Chinese.HELP.translation(english);
    }

    /** Translates a text of the system, the client or a node: known as a whole, or a refusal. */
    String told(String english) {
        if (this == ENGLISH) {
            return english;
        }
        return Optional.ofNullable(Chinese.SYSTEM.translations().get(english))
                .or(() -> Chinese.TOLD.matched(english, this::told))
                .or(() -> RefusalText.read(english).map(refusal -> refusal.in(this)))
                .or(() -> told(english, "; ", semicolon))
                .or(() -> told(english, ": ", colon))
                .orElse(english);
    }

    /** The first part and the rest, if one of them is known. */
    private Optional<String> told(String english, String between, String own) {
        int at = english.indexOf(between);
        if (at < 0) {
            return Optional.empty();
        }
        String head = english.substring(0, at);
        String rest = english.substring(at + between.length());
        String said = told(head) + own + told(rest);
        return said.equals(head + own + rest) ? Optional.empty() : Optional.of(said);
    }

    /** Loaded at the first translation, and never for English. */
    private static final class Chinese {
        static final TextCatalogue SENTENCES = TextCatalogue.read("zh/sentences.txt");
        static final TextCatalogue HELP = TextCatalogue.read("zh/help.txt");
        static final TextCatalogue SYSTEM = TextCatalogue.read("zh/system.txt");
        static final TextCatalogue TOLD = TextCatalogue.read("zh/told.txt");

        private Chinese() {}
    }
}
