package io.trivet.cli.terminal;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import io.trivet.wire.protocol.RequestId;
import java.nio.file.Path;
import java.util.logging.LogManager;
import org.slf4j.LoggerFactory;

/** Configures where a node's log events go; {@link SilentLogs} is in effect before that. */
public final class Logs {
    /**
     * Events may contain external text: it must not end the line or control the reader's terminal.
     */
    private static final String HARMLESS =
            "%replace(%msg){'[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]', '?'}";

    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSX} %-5level [%thread] %logger{20} " + HARMLESS
            + "%replace( request=%X{" + RequestId.LOG_KEY + "}){' request=$', ''}%n";

    /**
     * What is logged, and how.
     *
     * @param json one JSON object per line; else text
     * @param level the lowest level of Trivet's own events that is written
     * @param requests the same for requests: OFF, INFO for refused ones, DEBUG for answered ones
     *     too
     */
    public record Settings(boolean json, Level level, Level requests) {
        static final Settings USUAL = new Settings(false, Level.INFO, Level.INFO);
    }

    private static final String MAX_FILE = "10MB";

    private Logs() {}

    /** For a node: to standard error, which a service manager's journal collects. */
    public static void toStandardError(Settings settings) {
        LoggerContext context = fresh();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setTarget("System.err");
        attach(context, appender, settings);
    }

    /** For nodes at a person's terminal: to a file of at most 10 MB, with one previous file. */
    public static void toFile(Path file) {
        LoggerContext context = fresh();
        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setFile(file.toString());
        FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
        rolling.setContext(context);
        rolling.setParent(appender);
        rolling.setFileNamePattern(file + ".%i");
        rolling.setMinIndex(1);
        rolling.setMaxIndex(1);
        rolling.start();
        SizeBasedTriggeringPolicy<ILoggingEvent> trigger = new SizeBasedTriggeringPolicy<>();
        trigger.setContext(context);
        trigger.setMaxFileSize(FileSize.valueOf(MAX_FILE));
        trigger.start();
        appender.setRollingPolicy(rolling);
        appender.setTriggeringPolicy(trigger);
        attach(context, appender, Settings.USUAL);
    }

    private static LoggerContext fresh() {
        LogManager.getLogManager().reset(); // Ratis's networking logs there, bypassing all appenders
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        return context;
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context, Settings settings) {
        if (settings.json()) {
            return new JsonLines();
        }
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setPattern(PATTERN);
        encoder.setContext(context);
        return encoder;
    }

    private static void attach(LoggerContext context, OutputStreamAppender<ILoggingEvent> appender, Settings settings) {
        Encoder<ILoggingEvent> encoder = encoder(context, settings);
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
        context.addTurboFilter(new LogRepeatLimit(settings.requests() == Level.DEBUG));
        context.getLogger("ROOT").addAppender(appender);
        context.getLogger("ROOT").setLevel(Level.WARN);
        // It writes a stack trace for each try to reach a master that is down; PeerTrouble logs it
        // once.
        context.getLogger("org.apache.ratis.server.leader").setLevel(Level.ERROR);
        // What callers over HTTP do wrong is not this node's trouble; that it cannot serve them, HttpListener says.
        context.getLogger("org.eclipse.jetty").setLevel(Level.ERROR);
        context.getLogger("io.trivet").setLevel(settings.level());
        context.getLogger("io.trivet.requests").setLevel(settings.requests());
    }
}
