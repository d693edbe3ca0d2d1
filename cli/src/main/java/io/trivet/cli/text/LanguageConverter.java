package io.trivet.cli.text;

import java.util.Arrays;
import java.util.Iterator;
import picocli.CommandLine.ITypeConverter;

/** Reads {@code en} or {@code zh}. */
public final class LanguageConverter implements ITypeConverter<Language> {
    @Override
    public Language convert(String code) {
        return Language.named(code)
                .orElseThrow(() -> new WrongValue(Text.of("{0} is not a supported language: en or zh", code)));
    }

    /** The completions for a shell. */
    public static final class Codes implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Language.values()).map(Language::code).iterator();
        }
    }
}
