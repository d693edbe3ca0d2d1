package io.trivet.cli;

import io.trivet.model.Address;
import picocli.CommandLine.ITypeConverter;

/** Reads {@code HOST:PORT}. */
final class AddressConverter implements ITypeConverter<Address> {
    @Override
    public Address convert(String text) {
        try {
            return Address.parse(text.strip());
        } catch (IllegalArgumentException e) {
            throw new WrongValue(Complaint.reason(e));
        }
    }
}
