"""The field that takes files."""

from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import Field

from rules.file_kinds import LARGEST
from services.verbs import Upload


class UploadsField(Field):
    """Files, each as its bytes. What a browser was refused it does not send again: they are chosen anew."""

    kind = "files"
    accept = "image/jpeg,image/png,application/pdf"
    """A phone offers its camera for these, and makes a JPEG of what it keeps in a format of its own."""

    def process_data(self, _value: Any) -> None:
        self.data: list[Upload] = []

    def process_formdata(self, valuelist: list[Any]) -> None:
        sent = [one for one in valuelist if isinstance(one, FileStorage) and one.filename]
        self.data = [Upload(one.stream.read(LARGEST + 1)) for one in sent]
        for one in sent:
            one.close()  # a large one stood in a file without a name, which goes now
