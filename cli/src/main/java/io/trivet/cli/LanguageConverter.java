package io.trivet.cli;

import picocli.CommandLine.ITypeConverter;

/** Reads {@code en} or {@code zh}. */
final class LanguageConverter implements ITypeConverter<Language> {
    @Override
    public Language convert(String code) {
        return Language.named(code)
                .orElseThrow(() -> new WrongValue(Text.of("{0} is no language there is: en or zh", code)));
    }
}
