package io.trivet.gateway.xml;

import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * An element of a document that a client sent: its text, or those within it. Namespaces and
 * attributes are passed over, as S3 does.
 */
public record XmlElement(String name, String text, List<XmlElement> children) {
    private static final int MAX_DEPTH = 8;
    private static final int MAX_ELEMENTS = 100_000;
    private static final int MAX_TEXT = 8 << 10;
    private static final XMLInputFactory FACTORY = factory();

    public XmlElement {
        children = List.copyOf(children);
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory;
    }

    /** Reads a document whose length was bounded. Throws {@code MalformedXML} for what is none. */
    public static XmlElement parse(byte[] document) {
        try {
            // As text: of bytes that are none, the parser would write to standard error.
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(document))
                    .toString();
            XMLStreamReader reader = FACTORY.createXMLStreamReader(new StringReader(text));
            while (reader.next() != XMLStreamConstants.START_ELEMENT) {
                if (reader.getEventType() == XMLStreamConstants.DTD) {
                    throw malformed(null);
                }
            }
            XmlElement top = read(reader, 1, new int[] {0});
            while (reader.hasNext()) {
                reader.next();
            }
            reader.close();
            return top;
        } catch (XMLStreamException | CharacterCodingException | RuntimeException e) {
            throw malformed(e);
        }
    }

    private static XmlElement read(XMLStreamReader reader, int depth, int[] count) throws XMLStreamException {
        if (depth > MAX_DEPTH || ++count[0] > MAX_ELEMENTS) {
            throw malformed(null);
        }
        String name = reader.getLocalName();
        StringBuilder text = new StringBuilder();
        List<XmlElement> children = new ArrayList<>();
        while (true) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> children.add(read(reader, depth + 1, count));
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
                    append(text, reader.getText());
                case XMLStreamConstants.END_ELEMENT -> {
                    return new XmlElement(name, text.toString(), children);
                }
                case XMLStreamConstants.COMMENT, XMLStreamConstants.PROCESSING_INSTRUCTION -> {}
                default -> throw malformed(null);
            }
        }
    }

    private static void append(StringBuilder text, String more) {
        if (text.length() + more.length() > MAX_TEXT) {
            throw malformed(null);
        }
        text.append(more);
    }

    private static S3Exception malformed(@org.jspecify.annotations.Nullable Exception cause) {
        return cause instanceof S3Exception known
                ? known
                : new S3Exception(
                        S3Error.MALFORMED_XML,
                        "The XML you provided was not well-formed or is not what was expected.",
                        cause);
    }

    /** This, if it has this name. Throws {@code MalformedXML} otherwise. */
    public XmlElement named(String expected) {
        if (!name.equals(expected)) {
            throw malformed(null);
        }
        return this;
    }

    /** Those of a name. */
    public List<XmlElement> all(String childName) {
        return children.stream().filter(child -> child.name.equals(childName)).toList();
    }

    /** The text of the first of a name. */
    public Optional<String> value(String childName) {
        return all(childName).stream().findFirst().map(XmlElement::text);
    }

    /** The same. Throws {@code MalformedXML} where there is none. */
    public String required(String childName) {
        return value(childName).orElseThrow(() -> malformed(null));
    }
}
