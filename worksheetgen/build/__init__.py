"""The pipeline: sample → solve → write → typeset → prove → out."""
