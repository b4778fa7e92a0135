"""`python -m course_utils` equals `course`, where the command is not on the path."""

from course_utils.cli import main

if __name__ == "__main__":
    main()
