package io.trivet.gateway.xml;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** A document that is written to a client, element by element. One thread. */
public final class XmlDocument {
    private static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final XMLOutputFactory FACTORY = XMLOutputFactory.newDefaultFactory();

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final XMLStreamWriter writer;

    /** What is written within an element. */
    @FunctionalInterface
    public interface Content {
        void writeTo(XmlDocument document);
    }

    @FunctionalInterface
    private interface Step {
        void run() throws XMLStreamException;
    }

    private XmlDocument() {
        try {
            writer = FACTORY.createXMLStreamWriter(bytes, "UTF-8");
        } catch (XMLStreamException e) {
            throw new IllegalStateException("a document in memory cannot be begun", e);
        }
    }

    /** A document of S3's namespace, with this element at its top. */
    public static byte[] of(String name, Content content) {
        return withNamespace(name, NAMESPACE, content);
    }

    /** The same without a namespace, as errors are. */
    public static byte[] plain(String name, Content content) {
        return withNamespace(name, "", content);
    }

    private static byte[] withNamespace(String name, String namespace, Content content) {
        XmlDocument document = new XmlDocument();
        document.step(() -> {
            document.writer.writeStartDocument("UTF-8", "1.0");
            document.writer.writeCharacters("\n");
            document.writer.writeStartElement(name);
            if (!namespace.isEmpty()) {
                document.writer.writeDefaultNamespace(namespace);
            }
        });
        content.writeTo(document);
        document.step(() -> {
            document.writer.writeEndElement();
            document.writer.writeEndDocument();
            document.writer.flush();
        });
        return document.bytes.toByteArray();
    }

    /** As times stand in documents: to the millisecond. */
    public static String time(Instant time) {
        return TIME.format(time);
    }

    public XmlDocument element(String name, Content content) {
        step(() -> writer.writeStartElement(name));
        content.writeTo(this);
        step(writer::writeEndElement);
        return this;
    }

    public XmlDocument element(String name, Object value) {
        step(() -> {
            writer.writeStartElement(name);
            writer.writeCharacters(expressible(Objects.toString(value)));
            writer.writeEndElement();
        });
        return this;
    }

    /** An attribute of the element that was just begun, with the prefix {@code xsi}. */
    public XmlDocument type(String value) {
        step(() -> {
            writer.writeNamespace("xsi", "http://www.w3.org/2001/XMLSchema-instance");
            writer.writeAttribute("xsi", "http://www.w3.org/2001/XMLSchema-instance", "type", value);
        });
        return this;
    }

    /** XML 1.0 has no way to say most control characters: clients that have such keys ask for them encoded. */
    private static String expressible(String value) {
        StringBuilder said = new StringBuilder(value.length());
        value.codePoints().map(c -> isExpressible(c) ? c : 0xfffd).forEach(said::appendCodePoint);
        return said.toString();
    }

    private static boolean isExpressible(int c) {
        return c >= ' ' ? c != 0xfffe && c != 0xffff : c == '\t' || c == '\n' || c == '\r';
    }

    private void step(Step step) {
        try {
            step.run();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("a document in memory cannot be written", e);
        }
    }
}
