package jakarta.validation;

/** Stands for the real one. */
public final class ConstraintViolationException extends ValidationException {
  private static final long serialVersionUID = 1L;
}
