package io.trivet.cli.terminal;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import io.trivet.cli.text.Json;
import io.trivet.wire.protocol.RequestId;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Encodes log events as JSON, one object per line: {@code time}, {@code level}, {@code thread},
 * {@code logger}, {@code event}, {@code fields}, {@code request}, {@code error}. Our code logs
 * events as {@code "refused kind={} reason=\"{}\""}: the text before the first field is the event,
 * and every {@code name={}} is a field. An event of another form is only a text.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {
    private static final Pattern FIELD = Pattern.compile("\\s*\\b([A-Za-z][A-Za-z0-9-]*)=\"?\\{}\"?");

    @Override
    public byte[] headerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        return (line(event) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] footerBytes() {
        return new byte[0];
    }

    private static Json line(ILoggingEvent event) {
        Json line = new Json()
                .put("time", event.getInstant().toString())
                .put("level", event.getLevel().toString())
                .put("thread", event.getThreadName())
                .put("logger", event.getLoggerName());
        fields(event, line);
        String request = event.getMDCPropertyMap().get(RequestId.LOG_KEY);
        if (request != null) {
            line.put("request", request);
        }
        if (event.getThrowableProxy() != null) {
            line.put("error", ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        return line;
    }

    /** Only if every argument has a name can the fields be assigned. */
    private static void fields(ILoggingEvent event, Json line) {
        String template = String.valueOf(event.getMessage());
        @Nullable Object @Nullable [] arguments = event.getArgumentArray();
        Matcher field = FIELD.matcher(template);
        int named = (int) field.results().count();
        if (arguments == null || named == 0 || named != placeholders(template) || arguments.length < named) {
            line.put("event", event.getFormattedMessage());
            return;
        }
        Json fields = new Json();
        field.reset();
        int begin = -1;
        int end = 0;
        for (int index = 0; field.find(); index++) {
            begin = begin < 0 ? field.start() : begin;
            end = field.end();
            fields.put(field.group(1), value(arguments[index]));
        }
        line.put("event", (template.substring(0, begin) + template.substring(end)).strip());
        line.put("fields", fields);
    }

    private static int placeholders(String template) {
        return (template.length() - template.replace("{}", "").length()) / 2;
    }

    private static @Nullable Object value(@Nullable Object argument) {
        return switch (argument) {
            case null -> null;
            case Integer number -> number;
            case Long number -> number;
            case Boolean truth -> truth;
            default -> argument.toString();
        };
    }
}
