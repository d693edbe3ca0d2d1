package io.trivet.cli.terminal;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * The initial logging configuration of every command: off, because a client's command prints its
 * own messages; with TRIVET_DEBUG=1 everything goes to standard error. Logback finds it as a
 * service, which saves reading a configuration file at each start.
 */
public final class SilentLogs extends ContextAwareBase implements Configurator {
    /** Called by Logback. */
    public SilentLogs() {
        super();
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (!"1".equals(System.getenv("TRIVET_DEBUG"))) {
            context.getLogger("ROOT").setLevel(Level.OFF);
            return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
        }
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%d{HH:mm:ss.SSS} %-5level [%thread] %logger{20} %msg%n");
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        context.getLogger("ROOT").setLevel(Level.DEBUG);
        context.getLogger("ROOT").addAppender(appender);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
