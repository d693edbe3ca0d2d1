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

/** Where the events of a node's engines go; what holds before it is said is {@link SilentLogs}. */
public final class Logs {
    /** What others said may stand in an event: it neither ends the line nor steers the terminal of whoever reads it. */
    private static final String HARMLESS =
            "%replace(%msg){'[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]', '?'}";

    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSX} %-5level [%thread] %logger{20} " + HARMLESS
            + "%replace( request=%X{" + RequestId.LOG_KEY + "}){' request=$', ''}%n";

    /**
     * What is logged, and how.
     *
     * @param json one JSON object a line; else text
     * @param level from which on events of Trivet itself are written
     * @param requests the same for what the node was asked: OFF, INFO what it refused, DEBUG what it answered as well
     */
    public record Settings(boolean json, Level level, Level requests) {
        static final Settings USUAL = new Settings(false, Level.INFO, Level.INFO);
    }

    private static final String MAX_FILE = "10MB";

    private Logs() {}

    /** For a node: the life of the process on standard error, where a service's journal takes it. */
    public static void toStandardError(Settings settings) {
        LoggerContext context = fresh();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setTarget("System.err");
        attach(context, appender, settings);
    }

    /** For nodes beside a person's terminal: into a file of at most 10 MB and one before it. */
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
        LogManager.getLogManager().reset(); // Ratis's networking logs there, past every appender
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
        // It writes a stack trace for each try to reach a master that is down; PeerTrouble says it once.
        context.getLogger("org.apache.ratis.server.leader").setLevel(Level.ERROR);
        // What callers over HTTP do wrong is not this node's trouble; that it cannot serve them, HttpListener says.
        context.getLogger("org.eclipse.jetty").setLevel(Level.ERROR);
        context.getLogger("io.trivet").setLevel(settings.level());
        context.getLogger("io.trivet.requests").setLevel(settings.requests());
    }
}
