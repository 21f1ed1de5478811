package jakarta.validation;

/** Stands for the real one, which is known by its name. */
public class ValidationException extends RuntimeException {
  private static final long serialVersionUID = 1L;
}
